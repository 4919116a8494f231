// Where this device's key stands: what the server says of it, and of the invitation by which it joins.

import { Fault } from "../verify/fault.js";
import { join, lookAgain } from "../workbench/joining.js";

/**
 * What the server says of a key; null while it does not know it.
 * @param {string} kid
 * @throws {Fault} unreachable
 */
export async function ownKey(kid) {
  // Without the session: that of a key that was ended is refused whatever is asked.
  const answer = await fetch(`/v1/keys/${kid}/owner`, { credentials: "omit" }).catch(() => null);
  if (answer?.status === 404) return null;
  if (!answer?.ok) throw new Fault("unreachable");
  return answer.json();
}

/**
 * Who a device that waits is now; an invitation that could not be answered for want of a network is answered.
 * @returns {Promise<import("../workbench/keys.js").Device>}
 */
export async function joinedAs(server, code, kid, signer) {
  const [seen, own] = [await lookAgain(server, code, kid), await ownKey(kid)];
  // An admin may have added it by the code on its screen, as something else than the invitation says.
  if (own) return { ...seen, sites: own.sites, role: own.role, standing: own.revoked ? "revoked" : "joined" };
  if (seen.standing === "open") return join(server, code, signer);
  // An invitation that was taken back says nothing of a key.
  return seen.standing === "revoked" ? { ...seen, standing: "expired" } : seen;
}
