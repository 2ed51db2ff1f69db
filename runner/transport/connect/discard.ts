/** A socket, or a dial that can be aborted. */
export type Destroyable = { destroy(): unknown };

export type Discarder = {
  discard(connection: Destroyable): void;
  /** A connection was opened. */
  opened(): void;
};

/** Destroying a socket takes some 30 us, so a turn of the event loop destroys few of many. */
const MAX_PER_TURN = 16;

/**
 * Destroys connections soon, a few in each turn of the event loop: when thousands of requests time out together, the last of them must not
 * wait for the connections of the others. A turn that opens more connections than that destroys as many as it opens, so that the backlog
 * does not grow.
 */
export function discarder(soon: (callback: () => void) => void = setImmediate): Discarder {
  const backlog: Destroyable[] = [];
  let openedInTurn = 0;
  const destroySome = () => {
    const some = backlog.splice(0, Math.max(MAX_PER_TURN, openedInTurn));
    openedInTurn = 0;
    for (const connection of some) connection.destroy();
    if (backlog.length > 0) soon(destroySome);
  };
  return {
    discard(connection) {
      if (backlog.push(connection) === 1) soon(destroySome);
    },
    opened() {
      if (backlog.length > 0) openedInTurn++;
    },
  };
}
