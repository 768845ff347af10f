import { startApplicationProcess, type ApplicationProcess } from './application-process.ts';
import { FlakyLink } from './flaky-link.ts';

/** Four application servers in processes of their own, b at the far end of a link that may break. */
export class ApplicationFarm {
  readonly servers: ReadonlyMap<string, ApplicationProcess>;
  readonly link: FlakyLink;

  private constructor(servers: ReadonlyMap<string, ApplicationProcess>, link: FlakyLink) {
    this.servers = servers;
    this.link = link;
  }

  static async start(): Promise<ApplicationFarm> {
    const routes = ['a', 'b', 'c', 'd'];
    const servers = new Map(
      await Promise.all(routes.map(async (route) => [route, await startApplicationProcess(route)] as const)),
    );
    return new ApplicationFarm(servers, await FlakyLink.to(servers.get('b')?.url ?? ''));
  }

  /** As a configuration has them; each serves its application under this path. */
  membersAt(path: string): { readonly url: string; readonly route: string }[] {
    return [...this.servers].map(([route, { url }]) => {
      return { route, url: (route === 'b' ? this.link.url : url) + path };
    });
  }

  async stop(): Promise<void> {
    await this.link.stop();
    await Promise.all([...this.servers.values()].map((server) => server.kill()));
  }
}
