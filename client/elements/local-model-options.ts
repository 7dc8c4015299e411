// What the list of models offers of the browser itself: the file that is loaded, those of the folder, and any other.
import type { NotebookContext } from '../commands/context.ts'
import { folderOf, listFolder } from '../files/folder.ts'
import { chooseModelFile } from '../local-model/choose-file.ts'
import { localModelWords } from '../local-model/words.ts'
import { browserProvider } from '../../shared/notebook/model-choice.ts'
import { formatSize } from './format.ts'
import type { ModelOption } from './nb-model.ts'

type Context = Pick<NotebookContext, 'notebook' | 'localModel'>

const asModel = (name: string): string => `${browserProvider}/${name}`

/** The model files beside the notebook; none where the relay does not answer. */
export const folderModels = async ({ notebook }: Context): Promise<readonly ModelFile[]> => {
  const answer = await listFolder(folderOf(notebook.path))
  return answer.ok ? answer.listing.files.filter(({ path }) => /\.gguf$/i.test(path)) : []
}
export interface ModelFile {
  readonly path: string
  readonly size: number
}

/** `use` is called with what is chosen, which loads meanwhile. */
export const localModelOptions = (
  { notebook, localModel }: Context,
  files: readonly ModelFile[],
  use: (model: string) => void,
): readonly ModelOption[] => {
  const { state } = localModel
  const name = 'In this browser'
  const pick = (): void =>
    chooseModelFile((file) => {
      use(asModel(file.name))
      void localModel.open(file.name, file)
    })
  const about = localModelWords(state)
  const loaded = state.status === 'none' ? null : state.name
  const current: readonly ModelOption[] =
    state.status === 'ready' || state.status === 'loading'
      ? [
          { model: asModel(state.name), name, about },
          { model: null, name, about: 'choose another file (.gguf)', pick },
        ]
      : [{ model: null, name, about, pick }]
  const others = files.filter(({ path }) => path !== loaded || state.status === 'failed')
  return [
    ...current,
    ...others.map(({ path, size }) => ({
      model: asModel(path),
      name,
      about: `${path} of the folder, ${formatSize(size)}`,
      pick: () => {
        use(asModel(path))
        void localModel.want(folderOf(notebook.path), path)
      },
    })),
  ]
}
