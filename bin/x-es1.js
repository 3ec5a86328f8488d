import('../dist-es-1/main.js').then(({main})=>main(process.argv.slice(2))).then(c=>{process.exitCode=c;process.exit()})
