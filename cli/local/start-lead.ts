/** From the decision to start to the start of a load or of a trial, so that no worker receives its start message late. */
export const START_LEAD_MS = 100;
