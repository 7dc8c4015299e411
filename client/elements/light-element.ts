import { LitElement } from 'lit'

/** An element without a shadow: the page's styles, labels and selectors reach what is in it. */
export abstract class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this
  }
}
