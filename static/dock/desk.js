// The desk of a site with all that it holds, page after page.

/** Lines that are kept at most: what a phone can search while somebody waits. */
const HELD_MAX = 5_000;

/**
 * Asks for the desk of a site.
 * @param {(path: string) => Promise<any>} ask
 * @param {string} site
 * @returns {Promise<object>} what the server says, with `held` from the oldest to the newest, and in `holds_more` whether there is still more
 */
export async function deskOf(ask, site) {
  const { held_next, ...body } = await ask(`/v1/sites/${encodeURIComponent(site)}/desk`);
  const [held, goods, senders] = [[...body.held], [...body.goods], [...body.senders]];
  let next = held_next;
  while (next && held.length < HELD_MAX) {
    const page = await ask(next);
    const before = goods.length;
    held.push(...page.held.map((one) => ({ ...one, goods: one.goods + before })));
    goods.push(...page.goods);
    senders.push(...page.senders);
    next = page.next;
  }
  return { ...body, held: held.reverse(), goods, senders, holds_more: Boolean(next) };
}
