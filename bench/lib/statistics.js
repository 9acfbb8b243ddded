/**
 * @param {readonly number[]} numbers at least one
 * @returns {number}
 */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/**
 * How far apart the rounds were: what a ratio of two medians can't be trusted beyond.
 *
 * @param {readonly number[]} numbers
 * @returns {number} the whole range, as a part of the median
 */
export function spread(numbers) {
  return (Math.max(...numbers) - Math.min(...numbers)) / Math.abs(median(numbers));
}
