// The types of chuishao.js. Those of the interface stand in interface.d.ts, with the
// interface's own documentation; both are made for the version that the rule is built for.
import type * as wit from "./interface";
export * from "./interface";

type AnyEffect = wit.Effect | wit.ReviewEffect;
type Asked<T> = (T extends wit.Effect["tag"] ? wit.Proposal : unknown) &
  (T extends wit.ReviewEffect["tag"] ? wit.ReviewProposal : unknown);

/**
 * Asks for an effect, on a ticket or of a review. The reason is shown to people, so write it in
 * plain Chinese.
 */
export function propose<T extends AnyEffect["tag"]>(
  tag: T,
  val: Extract<AnyEffect, { tag: T }>["val"],
  reason: string,
): Asked<T>;

/** The typed failure: the rule cannot answer. Throw it; the ticket goes on. */
export class Failure extends Error {
  constructor(tag: wit.Failure["tag"], words: string);
  tag: wit.Failure["tag"];
}

/** 设置有误: a setting makes no sense to the rule; which, and why. To be thrown. */
export function badSetting(words: string): Failure;

/** 缺少数据: the rule needs something that did not come. To be thrown. */
export function missingData(words: string): Failure;

/** Lines for the author (日志); they stand in the decision record. */
export const log: Record<"debug" | "info" | "warn" | "error", (text: unknown) => void>;

interface Settings {
  /** An integer setting. @throws {Failure} It is not there or no integer. */
  integer(name: string): number;
  /** A text setting. @throws {Failure} It is not there or no text. */
  text(name: string): string;
  /** A setting that is yes or no. @throws {Failure} It is not there or neither. */
  flag(name: string): boolean;
  /** A setting that is a list of texts. @throws {Failure} It is not there or no list. */
  texts(name: string): string[];
  /** A date setting. @throws {Failure} It is not there or no date. */
  date(name: string): wit.Date;
  /** What a table setting has under a key, if anything. @throws {Failure} It is no table. */
  lookUp(name: string, key: string): string | undefined;
}

/** What comes with an event, with its settings and figures by name. */
export interface Context extends wit.Context, Settings {
  /** A figure that the manifest asked for. @throws {Failure} It did not, or the ticket does not say what is to be alike. */
  count(name: string): number;
  /** The same; 0 when the ticket does not say what is to be alike, for example no estate. */
  countOrZero(name: string): number;
}

/** What comes with a review. */
export interface ReviewContext extends wit.ReviewContext, Settings {}

/** The function that a rule exports as `onEvent`. */
export type OnEvent = (event: wit.Event, ticket: wit.Ticket, context: Context) => wit.Proposal[];

/** The function that a rule which listens to reviews exports as `onReview`. */
export type OnReview = (review: wit.Review, context: ReviewContext) => wit.ReviewProposal[];

/** A day as people and settings write it: `2024-11-05`. */
export function dateText(date: wit.Date): string;

/** Whether a mode (议定模式) is in force on a day. */
export function covers(mode: wit.Mode, date: wit.Date): boolean;

/** The value of an extra field of the rule's own namespace. */
export function field(ticket: wit.Ticket, name: string): wit.Value | undefined;

/** For unit tests: an invented context; texts, numbers and yes/no stand for themselves. */
export function sampleContext(given?: {
  settings?: Record<string, string | number | boolean | wit.Value>;
  facts?: Record<string, number>;
  modes?: wit.Mode[];
  memory?: string;
  now?: wit.Moment;
}): Context;

/** For unit tests: an invented ticket; what is given replaces what is invented. */
export function sampleTicket(given?: Partial<wit.Ticket>): wit.Ticket;
