import('../dist-es/main.js').then(({main})=>main(process.argv.slice(2))).then(c=>{process.exitCode=c;process.exit()})
