require('../dist-cjs-1/main.cjs').main(process.argv.slice(2)).then(c=>{process.exitCode=c;process.exit()})
