import type { Snapshot } from '../../../model/measure/snapshot.ts';
import type { Failure } from '../../transport/error-kind.ts';

/** Counts the errors of one engine by kind, each with the first one's text and the times of the first and the last. */
export class ErrorRecorder {
  readonly #errors = new Map<string, { count: number; example: string; firstMs: number; lastMs: number }>();
  readonly #nowUs: () => number;
  readonly #shown: (text: string) => string;

  /** `nowUs`: microseconds since the load began. `shown`: a text without secrets. */
  constructor(nowUs: () => number, shown: (text: string) => string) {
    this.#nowUs = nowUs;
    this.#shown = shown;
  }

  add({ kind, example }: Failure): void {
    const known = this.#errors.get(kind);
    const nowMs = Math.round(this.#nowUs()) / 1e3;
    if (known === undefined) {
      // A target can choose the text of an error: the name in a Location, in a certificate, or what a proxy responds.
      this.#errors.set(kind, { count: 1, example: this.#shown(example), firstMs: nowMs, lastMs: nowMs });
    } else {
      known.count++;
      known.lastMs = nowMs;
    }
  }

  list(): Snapshot['errors'] {
    return [...this.#errors].map(([kind, error]) => ({ kind, ...error }));
  }
}
