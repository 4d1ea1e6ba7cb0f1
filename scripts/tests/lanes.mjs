/** Several pieces of work at the same time. Pure but for the clock. */

/**
 * Do a work with each item, with at most so many at the same time, in the order of the items.
 * @template Item, Result
 * @param {number} lanes
 * @param {Item[]} items
 * @param {(item: Item) => Promise<Result>} work
 * @returns {Promise<Result[]>} In the order of the items.
 */
export async function inLanes(lanes, items, work) {
  const results = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
