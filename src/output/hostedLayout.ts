import { MessageLoop } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';

/**
 * A layout whose widgets stand anywhere below the node of their parent, each in an element
 * of its own, so that thousands of plain elements around them need not be widgets.
 */
export class HostedLayout extends PanelLayout {
  /** Add a widget whose place is in `host`, which is below the parent's node. */
  addTo(host: HTMLElement, widget: Widget): void {
    this._hosts.set(widget, host);
    this.addWidget(widget);
  }

  protected override attachWidget(_index: number, widget: Widget): void {
    const isAttached = this.parent?.isAttached ?? false;
    if (isAttached) {
      MessageLoop.sendMessage(widget, Widget.Msg.BeforeAttach);
    }
    this._hosts.get(widget)?.append(widget.node);
    if (isAttached) {
      MessageLoop.sendMessage(widget, Widget.Msg.AfterAttach);
    }
  }

  protected override detachWidget(_index: number, widget: Widget): void {
    const isAttached = this.parent?.isAttached ?? false;
    if (isAttached) {
      MessageLoop.sendMessage(widget, Widget.Msg.BeforeDetach);
    }
    widget.node.remove();
    if (isAttached) {
      MessageLoop.sendMessage(widget, Widget.Msg.AfterDetach);
    }
  }

  private _hosts = new WeakMap<Widget, HTMLElement>();
}
