// Some of everything that the reader of TypeScript looks at; nothing of it is meant to run.
import OpenAI from "openai";
import { generateText as write, tool } from "ai";
import { z } from "zod";
import dedent from "dedent";
import { TONE, helper as help } from "./src/app/b";
import * as parts from "@/app/c";

const client = new OpenAI({ apiKey: process.env.KEY });
export const SYSTEM = `You are \u{1F600} \
a guide to ${parts.CITY} é.` as const;
const LIMIT = 1024 * 4;
const PROMPTS = { plain: "Do this now.", greet: (name: string) => `Hello ${name}, sit down.`, deep: { on: 'It\'s here.' } };
enum Task { Sum = "Sum up the text.", Next = 2 }

class Guide {
  static readonly rules = "Be kind. " + "Be brief.";
  private style = "Plain words.";
  constructor(private readonly model = "gpt-4o") {
    this.voice = "Calm voice.";
  }
  async run(user: User, options?: { more: boolean }) {
    const messages: Message[] = [{ role: "system", content: SYSTEM + " " + this.style + this.voice }];
    if (options?.more) messages.push({ role: "user", content: `Tell ${user.name} in ${LIMIT} words.` });
    else { messages.unshift(...old, { role: "user", content: PROMPTS.greet(user.name) }); }
    for (const each of user.notes) { messages.push({ role: "user", content: each }); }
    const answer = await client.chat.completions.create({ model: this.model, messages, max_tokens: LIMIT, ...options });
    return answer!.choices[0].message;
  }
}

export const POST = wrap(async (request) => {
  let text = "One two. "; text += `Three ${request.kind}.`; if (text) { text += PROMPTS["deep"].on; }
  const lines = ["- one", request.two && "- two", ...request.rest].filter(Boolean); lines.push(TONE, help("x"));
  const { text: said } = await write({
    model: openai("gpt-4o"), system: dedent`
      Be a
        ${request.kind} guide
      here`, prompt: TEMPLATE.replace("{name}", request.name).trim() + Task.Sum + Guide.rules + lines.join("\n"),
    tools: { weather: tool({ parameters: z.object({ city: z.string().describe("The city").max(20).optional() }) }) },
    temperature: request.cold ? 0 : 0.5,
  });
  return <Answer>said ?? "none";
});
const TEMPLATE = 'Dear {name}, you are {age}.';
export default function build(topic, { depth = 2, ...rest }) { const start = "About"; return `${start} ${topic}: ${rest.why}`; }
