/** The parts of a tier that decide when it runs. */
type Placed = { within: unknown; besidePrevious?: true };

/**
 * The order of tiers, from the outside in: stages run one after another, the groups of a stage at the same time, and the tiers of a group one
 * after another in their common environment, which starts once.
 */
export function stagesOf<T extends Placed>(tiers: readonly T[]): T[][][] {
  return tiers.reduce<T[][][]>((stages, tier) => {
    const stage = stages.at(-1);
    const group = stage?.at(-1);
    if (group !== undefined && group[0]?.within === tier.within) group.push(tier);
    else if (stage !== undefined && tier.besidePrevious) stage.push([tier]);
    else stages.push([[tier]]);
    return stages;
  }, []);
}

/** The files of a tier that share the machine, those that need it quiet, and those that need it for themselves. */
export function partsOf(
  { quiet, alone }: { quiet?: RegExp; alone?: RegExp },
  files: readonly string[],
): [sharing: string[], quiet: string[], alone: string[]] {
  const isQuiet = (file: string) => quiet?.test(file) ?? false;
  const isAlone = (file: string) => alone?.test(file) ?? false;
  return [
    files.filter((file) => !isQuiet(file) && !isAlone(file)),
    files.filter((file) => isQuiet(file) && !isAlone(file)),
    files.filter(isAlone),
  ];
}

/** Runs bodies that share the machine at the same time, and each that needs it for itself while no other runs. */
export class Machine {
  #sharing: Promise<unknown> = Promise.resolve();
  #alone: Promise<unknown> = Promise.resolve();

  shared<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#alone.then(body);
    this.#sharing = Promise.allSettled([this.#sharing, result]);
    return result;
  }

  alone<T>(body: () => Promise<T>): Promise<T> {
    const result = Promise.all([this.#sharing, this.#alone]).then(body);
    this.#alone = Promise.allSettled([result]);
    return result;
  }
}
