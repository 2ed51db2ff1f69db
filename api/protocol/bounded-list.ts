import * as z from 'zod';

/**
 * A list from somebody who may mean harm: its length is checked before its elements, and the first wrong element is the only one that is
 * reported. A plain list has an issue for each, which take more memory than the list.
 */
export function boundedList<S extends z.ZodType>(element: S, most: number) {
  return z
    .array(z.unknown())
    .max(most)
    .transform((items, context): z.output<S>[] => {
      const list: z.output<S>[] = [];
      for (const [i, item] of items.entries()) {
        const { data, error } = element.safeParse(item);
        if (error !== undefined) {
          const [issue] = error.issues;
          context.issues.push({ ...issue!, path: [i, ...issue!.path], input: item } as z.core.$ZodRawIssue);
          return z.NEVER;
        }
        list.push(data as z.output<S>);
      }
      return list;
    });
}
