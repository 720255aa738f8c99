// What a person does, one after the other. A key that waits for the desk's word (`↵`) holds up the keys after it: each means what it
// meant to who pressed it, however slow the disk is. What was meant for a case that has left the screen by then means nothing.

/** Whether the case leaves the screen with it. */
type Leaves = boolean;
export type Step = () => void | Promise<Leaves>;

export class Turns {
  private underWay = false;
  private waiting: Step[] = [];

  /** Does the step now, or once those before it are done. A step must not take turns for what it does after it has waited. */
  take = (step: Step): void => {
    if (this.underWay) {
      this.waiting.push(step);
      return;
    }
    const done = step();
    if (done === undefined) return;
    this.underWay = true;
    done.then((leaves) => this.next(leaves), () => this.next(false));
  };

  private next(leaves: Leaves): void {
    this.underWay = false;
    const waiting = leaves ? [] : this.waiting;
    this.waiting = [];
    waiting.forEach(this.take);
  }
}
