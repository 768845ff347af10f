import { UndiciTransport } from '../../lib/forward/undici-transport.ts';
import { describeTransportContract } from '../contracts/transport.ts';

describeTransportContract('UndiciTransport', {
  create: (member, settings, clock) => new UndiciTransport(member, settings, clock),
  tls: true,
  chunked: true,
  closeDelimited: true,
});
