// The TypeScript SDK as a client of one server. Arguments: its address, a key, a model. Prints a JSON object: by name of
// what was tried, its answer, or the class, status and type of its error.
import Anthropic from "@anthropic-ai/sdk";
import { jsonSchemaOutputFormat } from "@anthropic-ai/sdk/helpers/json-schema";

const [baseURL, apiKey, model] = process.argv.slice(2);
const client = new Anthropic({ baseURL, apiKey, maxRetries: 0, timeout: 600_000 });
const tools = [{ name: "bash", input_schema: { type: "object", properties: { command: { type: "string" } } } }];
const hello = { model, max_tokens: 2000, messages: [{ role: "user", content: "Hello ✓" }], tools };
const format = jsonSchemaOutputFormat({ type: "object", properties: { a: { type: "number" } }, additionalProperties: false });
const told = {};

async function attempt(name, act) {
  try {
    told[name] = (await act()) ?? null;
  } catch (error) {
    told[name] = { error: error.constructor.name, status: error.status ?? null, type: error.type ?? null,
                   message: String(error.error?.error?.message ?? error.message) };
  }
}

// The whole assistant message back, as the objects came, and a result for its call
function answered(message) {
  const call = message.content.find((block) => block.type === "tool_use");
  const result = { type: "tool_result", tool_use_id: call.id, content: [{ type: "text", text: "done" }] };
  return [...hello.messages, { role: message.role, content: message.content }, { role: "user", content: [result] }];
}

for (const [kind, api] of [["", client.messages], ["beta ", client.beta.messages]]) {
  const ways = {
    create: () => api.create(hello),
    stream: () => api.stream(hello).finalMessage(),
    parse: () => api.parse({ ...hello, output_config: { format } }),
  };
  for (const [name, way] of Object.entries(ways)) {
    let message;
    await attempt(kind + name, async () => (message = await way()));
    if (message) await attempt(`${kind}${name} echoed`, () => api.create({ ...hello, messages: answered(message) }));
  }
  await attempt(`${kind}count`, () => api.countTokens({ model, messages: hello.messages, tools }));
}
await attempt("events", async () => {
  const kinds = [];
  for await (const event of await client.messages.create({ ...hello, stream: true })) kinds.push(event.type);
  return kinds;
});
await attempt("nulls", () =>
  client.messages.create({ ...hello, system: null, stop_sequences: null, metadata: null, tool_choice: null }));
await attempt("busy", () => {
  const patient = client.withOptions({ maxRetries: 2 });
  return patient.messages.create({ ...hello, messages: [{ role: "user", content: "busy" }] });
});
await attempt("a beta", () => client.beta.messages.create({ ...hello, betas: ["files-api-2025-04-14"] }));
await attempt("another model", () => client.messages.create({ ...hello, model: "another" }));
await attempt("another key", () => client.withOptions({ apiKey: "another" }).messages.create(hello));
console.log(JSON.stringify(told));
