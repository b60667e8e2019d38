import type { Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { PipelineError } from '../../faults.ts';

/** Why an address cannot be listened on, by the code of the system. */
const CAUSES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; give another `port`, or 0 for any that is free',
  EACCES: 'may not be listened on; give a `port` from 1024 on',
  EPERM: 'may not be listened on; give a `port` from 1024 on',
  EADDRNOTAVAIL: 'is no address of this machine; give another `host`',
  EAFNOSUPPORT: 'is no address of this machine; give another `host`',
  EINVAL: 'is no address of this machine; give another `host`',
  ENOTFOUND: 'no such host; give another `host`',
  EAI_AGAIN: 'no such host; give another `host`',
};

/**
 * @param port 0 for any that is free
 * @returns the address, as a URL
 * @throws PipelineError where it cannot be listened on
 */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = CAUSES[error.code ?? ''] ?? `cannot be listened on (${error.code ?? error.message})`;
      reject(new PipelineError(`${host}:${port}: ${why}`, 'no-address'));
    });
    server.listen({ host, port }, () => {
      const { address, port } = server.address() as AddressInfo;
      resolve(`http://${isIPv6(address) ? `[${address}]` : address}:${port}/`);
    });
  });
}
