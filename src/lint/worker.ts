import {parentPort, workerData} from 'node:worker_threads'
import {lintShare, type Share} from './share.ts'

parentPort?.postMessage(lintShare(workerData as Share))
