/** What stands behind the engine's own path in a request's path; undefined where that is not below it. */
export function behindEnginePath(path: string, enginePath: string): string | undefined {
  if (path === enginePath) return '';
  return path.startsWith(`${enginePath}/`) ? path.slice(enginePath.length) : undefined;
}
