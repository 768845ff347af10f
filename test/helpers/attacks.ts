import { FILE_CONTENT, PASSWORD, TARGET, type AttackScene } from './attack-scene.ts';
import { setting, type Attacker } from './attacker.ts';
import { until } from './until.ts';

/** One of the things that an open Pazpar2 lets strangers do. */
export interface Attack {
  readonly name: string;
  /** Carries it out. Gives the text that the last reply had. */
  readonly run: (attacker: Attacker, scene: AttackScene) => Promise<string>;
  /** Whether it had its effect, by the text of the last reply or by what became of the server. */
  readonly worked: (scene: AttackScene, text: string) => boolean | Promise<boolean>;
  /** What the refusal names. */
  readonly names: string;
}

const WRITES = '<xsl:stylesheet><xsl:document href="/etc/cron.d/owned">owned</xsl:document></xsl:stylesheet>';
const READS = `<xsl:stylesheet><xsl:copy-of select="document('/etc/passwd')"/></xsl:stylesheet>`;
const BAD_SERVICE = '<service><settings src="/no/such/file.xml"/></service>';
const XSLT = `the setting pz:xslt[${TARGET}]`;

const wroteFile = async (scene: AttackScene) => (await scene.fileText('owned')) === 'owned';
const showsPassword = (_: AttackScene, text: string) => text.includes(PASSWORD);

export const ATTACKS: readonly Attack[] = [
  {
    name: 'killing the server with a bad service in the body of init',
    run: async (attacker) => (await attacker.postXml('command=init', BAD_SERVICE)).text,
    worked: async (scene) => !(await scene.isListening()),
    names: 'a text/xml body',
  },
  {
    name: 'writing a file by a stylesheet in the query of init',
    run: async (attacker) => attacker.show(await attacker.session(setting('pz:xslt', TARGET, WRITES))),
    worked: wroteFile,
    names: XSLT,
  },
  {
    name: 'writing a file by a stylesheet in a form of settings',
    run: async (attacker) => {
      const session = await attacker.session();
      await attacker.postForm(`command=settings&session=${session}${setting('pz:xslt', TARGET, WRITES)}`);
      return attacker.show(session);
    },
    worked: wroteFile,
    names: 'the command settings',
  },
  {
    name: 'writing a file by a stylesheet in a text/xml body of settings',
    run: async (attacker) => {
      const session = await attacker.session();
      const value = WRITES.replaceAll('<', '&lt;').replaceAll('"', '&quot;');
      const body = `<settings target="${TARGET}"><set name="pz:xslt" value="${value}"/></settings>`;
      await attacker.postXml(`command=settings&session=${session}`, body);
      return attacker.show(session);
    },
    worked: wroteFile,
    names: 'the command settings',
  },
  {
    name: 'writing a file by a stylesheet in a service of their own',
    run: async (attacker) => {
      const value = WRITES.replaceAll('<', '&lt;').replaceAll('"', '&quot;');
      const settings = `<settings target="${TARGET}"><set name="pz:xslt" value="${value}"/></settings>`;
      const { text } = await attacker.postXml('command=init', `<service>${settings}</service>`);
      return attacker.show(/<session>(.*)<\/session>/.exec(text)?.[1] ?? '');
    },
    worked: wroteFile,
    names: 'a text/xml body',
  },
  {
    name: 'reading a file into results',
    run: async (attacker) => attacker.show(await attacker.session(setting('pz:xslt', TARGET, READS))),
    worked: (_, text) => text.includes(FILE_CONTENT),
    names: XSLT,
  },
  {
    name: 'connecting anywhere by pz:url, with a password',
    run: async (attacker, { spyAddress }) => {
      const settings =
        setting('pz:url', 'x', `${spyAddress}/inside`) +
        setting('pz:sru', 'x', 'get') +
        setting('pz:authentication', 'x', 'user/secret');
      return attacker.show(await attacker.session(settings));
    },
    worked: async (scene) => {
      await heardOrQuiet(scene);
      return scene.overheard.startsWith('GET /inside?') && scene.overheard.includes('Authorization: Basic ');
    },
    names: 'the setting pz:url[x]',
  },
  {
    name: 'connecting anywhere by the name of a target',
    run: async (attacker, { spyAddress }) =>
      attacker.show(await attacker.session(setting('pz:name', `${spyAddress}/db`, 'mine'))),
    worked: async (scene) => {
      await heardOrQuiet(scene);
      return scene.overheard !== '';
    },
    names: 'the setting pz:name[',
  },
  {
    name: 'changing the targets of another user',
    run: async (attacker) => attacker.session(setting('pz:allow', TARGET, '0')),
    worked: async (scene) => (await scene.victimSearches()).includes('<error code="8"'),
    names: `the setting pz:allow[${TARGET}]`,
  },
  {
    name: 'seeing passwords by info',
    run: async (attacker) => (await attacker.get('command=info')).text,
    worked: showsPassword,
    names: 'the command info',
  },
  {
    name: 'seeing passwords by service',
    run: async (attacker) => (await attacker.get(`command=service&session=${await attacker.session()}`)).text,
    worked: showsPassword,
    names: 'the command service',
  },
  {
    name: 'seeing passwords by bytarget',
    run: async (attacker) => {
      const session = await attacker.session();
      await attacker.show(session);
      return (await attacker.get(`command=bytarget&settings=1&session=${session}`)).text;
    },
    worked: showsPassword,
    names: 'bytarget with settings',
  },
  {
    name: 'asking for more than anybody reads',
    run: async (attacker) => {
      const session = await attacker.session();
      await attacker.show(session);
      return (await attacker.get(`command=show&num=2147483647&session=${session}`)).text;
    },
    worked: (_, text) => text.includes('<show><status>OK</status>'),
    names: 'num above 1000',
  },
];

/** Nobody gets this, trusted or not. */
export const EXIT: Attack = {
  name: 'making the server close its socket',
  run: async (attacker) => (await attacker.get('command=exit')).text,
  worked: async (scene) => !(await scene.isListening()),
  names: 'the command exit',
};

/** Connections that the search of a target has begun are heard of a little later; those that were never begun are not. */
async function heardOrQuiet(scene: AttackScene): Promise<void> {
  const searched = scene.simulator.requests.some(({ command }) => command === 'search');
  if (searched) await until(() => scene.overheard !== '');
}
