/**
 * Zero for a field that later holds fractions. V8 keeps small integers and fractions in different forms: a field that changes its form in the
 * middle of a load makes V8 discard the compiled code of the engine. Negative zero has the form of a fraction from the start.
 */
export const ZERO = -0;
