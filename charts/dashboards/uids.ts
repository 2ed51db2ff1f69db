/** The id of the dashboard of one LoadTest in its address: /d/loadtest. */
export const LOADTEST_UID = 'loadtest';
