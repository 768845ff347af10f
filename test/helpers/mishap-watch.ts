/** Probes that notice what mishaps do to servers, and ejections that end before the next one. */
export const HEALTH = {
  interval: '500ms',
  fastInterval: '200ms',
  timeout: '300ms',
  passes: 1,
  fails: 2,
} as const;
export const OUTLIERS = { ejectionTime: '500ms', maxEjectionTime: '2s', window: '2s' } as const;
