/** What can be destroyed: a socket. */
export type Destroyable = { destroy(): unknown };

export type Discarder = {
  discard(one: Destroyable): void;
  /** A new one was made meanwhile. */
  made(): void;
};

/** Destroying a socket takes some 30 us. Of many, so many go in one turn of the event loop. */
const IN_ONE_TURN = 16;

/**
 * Destroys what is given to it soon, a few in every turn of the event loop: when thousands of requests run into their time-out at once,
 * the last of them must not wait for the connections of the others. Where more than a few are made in a turn, as many go as are made, or
 * those that wait would become ever more.
 */
export function discarder(soon: (callback: () => void) => void = setImmediate): Discarder {
  const discarded: Destroyable[] = [];
  let made = 0;
  const destroySome = () => {
    const some = discarded.splice(0, Math.max(IN_ONE_TURN, made));
    made = 0;
    for (const one of some) one.destroy();
    if (discarded.length > 0) soon(destroySome);
  };
  return {
    discard(one) {
      if (discarded.push(one) === 1) soon(destroySome);
    },
    made() {
      if (discarded.length > 0) made++;
    },
  };
}
