/** What can be destroyed: a socket. */
export type Destroyable = { destroy(): unknown };

/** Destroying a socket takes some 30 us. Of many, so many go in one turn of the event loop. */
const IN_ONE_TURN = 16;

/**
 * Destroys what is given to it soon, a few in every turn of the event loop: when thousands of requests run into their time-out at once,
 * the last of them must not wait for the connections of the others.
 */
export function discarder(soon: (callback: () => void) => void = setImmediate): (discarded: Destroyable) => void {
  const discarded: Destroyable[] = [];
  const destroySome = () => {
    for (const one of discarded.splice(0, IN_ONE_TURN)) one.destroy();
    if (discarded.length > 0) soon(destroySome);
  };
  return (one) => {
    if (discarded.push(one) === 1) soon(destroySome);
  };
}
