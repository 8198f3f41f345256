/**
 * What another process asks of the one that holds a run.
 */
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AgentPath } from "../domain/Ids.ts"

/** End the run, with what its agents have until then. */
export const Stop = Schema.TaggedStruct("Stop", {})

/** The user says something to an agent; null: to the first that the user named. */
export const Say = Schema.TaggedStruct("Say", { to: Schema.NullOr(AgentPath), text: Schema.String })

export const Order = Schema.Union([Stop, Say])
export type Order = typeof Order.Type

/** An order that was not taken yet; `id` is given out once in a journal, and grows. */
export interface PostedOrder {
  readonly id: number
  readonly order: Order
}

/** As it lies in a store. */
export const orderText = (order: Order): string => encode(order)

/** None for a text that is no order. */
export const orderIn = (text: string): Option.Option<Order> => decode(text)

// internal

const codec = Schema.fromJsonString(Order)
const encode = Schema.encodeSync(codec)
const decode = Schema.decodeUnknownOption(codec)
