import type {ImageContents} from '../contents.ts'
import {sealed, userSection} from '../sections.ts'
import {portsOf} from './ports.ts'
import {imageSecrets} from './secrets.ts'

const head = `# Written by "prosody-mods image write". Your own lines belong between the lines that say "yours", or into
# compose.override.yaml beside this file.
`

/** The release of PostgreSQL that compose.yaml runs. */
const postgres = 'docker.io/library/postgres:17'

/** Writes compose.yaml: the server, its database, and their secrets as files. */
export function composeText(contents: ImageContents): string {
  const {profile} = contents.settings
  const secrets = imageSecrets(contents)
  const ports = portsOf(profile)
    .filter(({number}) => number !== 5347)
    .map(({number, proxied}) => `      - "${proxied ? '127.0.0.1:' : ''}${number}:${number}"\n`)
    .join('')
  const body = `services:
  prosody:
    build: .
    restart: unless-stopped
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    # Made from .env.example.
    env_file: [.env]
    environment:
      PROSODY_SQL_DRIVER: PostgreSQL
      PROSODY_SQL_HOST: database
${secrets.map(({variable, name}) => `      ${variable}_FILE: /run/secrets/${name}\n`).join('')}${userSection('environment', '#', '      ')}    secrets: [${secrets.map(({name}) => name).join(', ')}]
    ports:
${ports}${userSection('ports', '#', '      ')}    volumes:
      - data:/var/lib/prosody
      - ./certs:/etc/prosody/certs:ro
${userSection('volumes', '#', '      ')}    depends_on:
      database:
        condition: service_healthy

  database:
    image: ${postgres}
    restart: unless-stopped
    environment:
      POSTGRES_DB: prosody
      POSTGRES_USER: prosody
      POSTGRES_PASSWORD_FILE: /run/secrets/prosody_sql_password
    secrets: [prosody_sql_password]
    volumes:
      - database:/var/lib/postgresql/data
    healthcheck:
      test: ["CMD", "pg_isready", "--username=prosody", "--dbname=prosody"]
      interval: 5s
      retries: 12

${userSection('services', '#', '  ')}
secrets:
${secrets.map(({name}) => `  ${name}:\n    file: ./secrets/${name}\n`).join('')}
volumes:
  data:
  database:
`
  return sealed(head, body, '#')
}
