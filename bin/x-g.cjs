require('../dist-g/main.cjs').main(process.argv.slice(2)).then(c=>{process.exitCode=c;process.exit()})
