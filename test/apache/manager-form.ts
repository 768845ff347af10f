import type { AdministrativeState } from '../../lib/cluster/member-settings.ts';
import type { VectorConfig, VectorMember } from './vectors.ts';

/** What was sent to Apache's manager, by the names of its fields: `w` is the member. */
type ManagerForm = Readonly<Record<string, string>>;

/** The state in which the form puts its member; undefined where it is about something else. */
export function stateOf(form: ManagerForm): AdministrativeState | undefined {
  if (form['w_status_S'] === '1') return 'stopped';
  if (form['w_status_D'] === '1') return 'disabled';
  return form['w_status_S'] === '0' || form['w_status_D'] === '0' ? 'enabled' : undefined;
}

/** A configuration as the form changes it. */
export function managedConfig(config: VectorConfig, form: ManagerForm): VectorConfig {
  const { b_lbm: lbmethod } = form;
  const members = config.members.map((member) =>
    member.id === form['w'] ? managedMember(member, form) : member,
  );
  return { ...config, members, balancer: { ...config.balancer, ...(lbmethod && { lbmethod }) } };
}

function managedMember(member: VectorMember, form: ManagerForm): VectorMember {
  return {
    ...member,
    ...(form['w_ls'] === undefined ? {} : { lbset: Number(form['w_ls']) }),
    ...(form['w_status_H'] === '1' ? { status: '+H' } : {}),
  };
}
