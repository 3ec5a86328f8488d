// What the tests use of @xmpp/client, which has no types of its own.
declare module '@xmpp/client' {
  import type {EventEmitter} from 'node:events'

  export interface Element {
    readonly name: string
    readonly attrs: Readonly<Record<string, string | undefined>>
    is(name: string, namespace?: string): boolean
    getChild(name: string, namespace?: string): Element | undefined
    getChildren(name: string, namespace?: string): readonly Element[]
    getChildText(name: string, namespace?: string): string | null
    /** Takes out children of a name. */
    remove(name: string, namespace: string): void
    text(): string
    toString(): string
  }

  export type Child = Element | string | undefined

  export function xml(
    name: string,
    attributes?: Readonly<Record<string, string>> | string,
    ...children: Child[]
  ): Element

  export interface ClientOptions {
    readonly service: string
    readonly domain: string
    readonly username?: string
    readonly password?: string
    readonly resource?: string
    readonly timeout?: number
  }

  export interface Client extends EventEmitter {
    readonly reconnect: {stop(): void}
    readonly socket: {readonly socket?: unknown} | null
    readonly iqCaller: {request(stanza: Element, timeout?: number): Promise<Element>}
    readonly iqCallee: {set(namespace: string, name: string, handler: () => Element): void}
    start(): Promise<{toString(): string}>
    stop(): Promise<unknown>
    disconnect(): Promise<unknown>
    send(stanza: Element): Promise<void>
  }

  export function client(options: ClientOptions): Client
}
