import type {Container} from '../container.ts'
import type {ContainerOptions, Environment, Image} from '../image-container.ts'
import {newPrivateNetwork, type PrivateNetwork} from '../private-network.ts'
import type {Proof, ProvedServer} from './server.ts'

/** A container whose clients are on this machine. */
export interface Running {
  readonly container: Container
  readonly ports: ProvedServer['ports']
  /** Stops the server in order; rejects when it does not end so. */
  readonly stop: () => Promise<void>
}

/** Starts a container in a network, and reaches its ports from here. */
export async function startIn(
  network: PrivateNetwork,
  image: Image,
  {environment, ...options}: ContainerOptions & {readonly environment: Environment},
): Promise<Running> {
  const container = await image.start(environment, {...options, network})
  return {
    container,
    ports: {
      c2s: await network.reach(5222),
      http: await network.reach(5280),
      component: await network.reach(5347),
    },
    async stop() {
      const code = await container.stop()
      if (code !== 0) throw new Error(`the container ended with ${code}:\n${container.log()}`)
    },
  }
}

/** Starts a container in a network of its own, which ends with it. */
export async function startAlone(
  image: Image,
  options: ContainerOptions & {readonly environment: Environment; readonly lent?: readonly number[]},
): Promise<Running> {
  const network = await newPrivateNetwork()
  try {
    for (const port of options.lent ?? []) await network.lend(port)
    const running = await startIn(network, image, options)
    return {...running, stop: () => running.stop().finally(() => network.remove())}
  } catch (error) {
    await network.remove()
    throw error
  }
}

/** Proves it; the container's log is in the error when it does not hold. */
export async function prove<Server extends ProvedServer>(
  running: Running,
  proof: Proof<Server>,
  server: Server,
): Promise<void> {
  try {
    await proof.prove(server)
  } catch (error) {
    throw new Error(`with the container's log:\n${running.container.log()}`, {cause: error})
  }
}
