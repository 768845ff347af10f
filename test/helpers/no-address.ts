/** A name that no resolver has to be asked about, so that no test waits for the network: its first label is longer than the 63 bytes of RFC 1035, section 2.3.4. */
export const NAME_WITHOUT_ADDRESS: string = `${'n'.repeat(64)}.invalid`;
