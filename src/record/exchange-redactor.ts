import type { RecordedExchange } from '../contract/record/recording.ts';
import { createPromptRedactor } from './prompts/prompt-redactor.ts';
import { createTrafficRedactor } from './traffic-redactor.ts';

/** What of an exchange is not written as it was: so many places with secrets, so many texts of people. */
export interface Hidden {
  readonly secrets: number;
  readonly texts: number;
}

/** Hides what must not be written of an exchange. */
interface ExchangeRedactor {
  conceal(exchange: RecordedExchange): { readonly exchange: RecordedExchange; readonly hidden: Hidden };
}

/** Creates what hides secrets, and with `redactPrompts` replaces what people wrote by pseudonyms. */
export function createExchangeRedactor({
  redact,
  redactPrompts = false,
}: {
  readonly redact: readonly string[];
  readonly redactPrompts?: boolean;
}): ExchangeRedactor {
  const secrets = createTrafficRedactor(redact);
  const prompts = redactPrompts ? createPromptRedactor() : null;
  return {
    conceal: (given) => {
      const { exchange, hidden } = secrets.conceal(given);
      const shown = prompts?.conceal(exchange) ?? { exchange, replaced: 0 };
      return { exchange: shown.exchange, hidden: { secrets: hidden, texts: shown.replaced } };
    },
  };
}

/** Adds up what is hidden in many exchanges. */
export function noneHidden(): { add(hidden: Hidden): void; readonly total: Hidden } {
  let total: Hidden = { secrets: 0, texts: 0 };
  return {
    add: ({ secrets, texts }) => {
      total = { secrets: total.secrets + secrets, texts: total.texts + texts };
    },
    get total() {
      return total;
    },
  };
}
