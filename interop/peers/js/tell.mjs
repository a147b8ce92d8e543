/** Prints one event as one line of JSON. */
export function tell (event, fields = {}) {
  console.log(JSON.stringify({ event, ...fields }))
}
