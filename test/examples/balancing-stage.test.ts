import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import { describeWithProgram } from '../helpers/debian-program.ts';
import { call } from '../helpers/http-client.ts';
import { startIncumbent, type Place } from '../helpers/incumbents.ts';
import { PROGRAM } from '../helpers/program.ts';
import { initSession, originOf, Started } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const started = new Started();
afterEach(() => started.stopAll());

const inTemporaryDirectory = useTemporaryDirectory();

describeWithProgram('balancing-stage.yaml behind', { name: 'nginx', debianPackage: 'nginx' }, () => {
  test('serves clients of nginx, and sends them elsewhere when no server can take them', async () => {
    const { gateway, inner, endpoint } = await startStage();
    const update = (query: string) => call(`${inner}/athena/update/phys?${query}`);
    await update('h=pz1,load1:2;h=pz2,load1:1');
    const session = await initSession(endpoint);
    expect(session).toMatch(/^\d+\.pz2$/);
    expect(await call(`${endpoint}?command=ping&session=${session}`)).toMatchObject({ status: 200 });

    await update('h=pz1,s=off;h=pz2,s=off');
    const elsewhere = await call(`${endpoint}?command=init`);
    expect(elsewhere.status).toBe(307);
    expect(elsewhere.headers.location).toBe('https://www.example.org/search-is-closed?command=init');
    expect(await call(`${endpoint}?command=ping&session=${session}`)).toMatchObject({ status: 200 });
    expect((await call(`${new URL(endpoint).origin}/athena/status/engine`)).status).toBe(404);
    expect(await gateway.stop()).toBe(0);
  });
});

async function startStage() {
  const [pz1 = '', pz2 = ''] = [await started.simulator(), await started.simulator()].map(originOf);
  const file = inTemporaryDirectory('stage.yaml');
  const stage = await readFile('examples/balancing-stage.yaml', 'utf8');
  await writeFile(
    file,
    stage
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:0')
      .replace('http://localhost:8004', pz1)
      .replace('http://localhost:8005', pz2),
  );
  const gateway = started.program([PROGRAM, 'gateway', '--config', file]);
  const [, address = ''] = await gateway.printed(/"public":"([^"]+)"/);
  const [, inner = ''] = await gateway.printed(/"internal":"([^"]+)"/);
  const site = await readFile('examples/balancing-stage.conf', 'utf8');
  const nginx = await startIncumbent('nginx', (place) =>
    nginxWithSite(
      place,
      site.replace('127.0.0.1:8080', address).replace('listen 80', `listen 127.0.0.1:${place.port}`),
    ),
  );
  started.also(() => nginx.stop());
  return { gateway, inner: `http://${inner}`, endpoint: `http://127.0.0.1:${nginx.port}/pazpar2/search.pz2` };
}

/** What a distribution's nginx.conf has around its sites. */
function nginxWithSite({ directory, accessLog }: Place, site: string): string {
  return `${process.getuid?.() === 0 ? 'user www-data;' : ''}
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events {}
http {
  access_log ${accessLog};
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
${site}
}
`;
}
