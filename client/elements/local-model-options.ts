// What the list of models offers of the browser itself: the file that is loaded, any other, and those of the folder.
import type { NotebookContext } from '../commands/context.ts'
import { folderOf, listFolder } from '../files/folder.ts'
import { chooseModelFile } from '../local-model/choose-file.ts'
import { localModelWords } from '../local-model/words.ts'
import { browserProvider } from '../../shared/notebook/model-choice.ts'
import { formatSize } from './format.ts'
import type { ModelOption } from './nb-model.ts'

type Context = Pick<NotebookContext, 'notebook' | 'localModel'>

export interface ModelFile {
  readonly path: string
  readonly size: number
}

const name = 'In this browser'
const asModel = (name: string): string => `${browserProvider}/${name}`

/** The model files beside the notebook; none where the relay does not answer. */
export const folderModels = async ({ notebook }: Context): Promise<readonly ModelFile[]> => {
  const answer = await listFolder(folderOf(notebook.path))
  return answer.ok ? answer.listing.files.filter(({ path }) => /\.gguf$/i.test(path)) : []
}

/** `use` is called with what is chosen, which loads meanwhile. */
export const localModelOptions = (
  { localModel }: Context,
  use: (model: string) => void,
): readonly ModelOption[] => {
  const { state } = localModel
  const about = localModelWords(state)
  const pick = (): void =>
    chooseModelFile((file) => {
      use(asModel(file.name))
      void localModel.open(file.name, file)
    })
  return state.status === 'ready' || state.status === 'loading'
    ? [
        { model: asModel(state.name), name, about },
        { model: null, name, about: 'choose another file (.gguf)', pick },
      ]
    : [{ model: null, name, about, pick }]
}

export const folderModelOptions = (
  { notebook, localModel }: Context,
  files: readonly ModelFile[],
  use: (model: string) => void,
): readonly ModelOption[] =>
  files
    .filter(({ path }) => path !== localModel.loaded)
    .map(({ path, size }) => ({
      model: asModel(path),
      name,
      about: `${path} of the folder, ${formatSize(size)}`,
      pick: () => {
        use(asModel(path))
        void localModel.want(folderOf(notebook.path), path)
      },
    }))
