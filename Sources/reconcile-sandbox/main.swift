import Glibc

exit(await Entry.run(Array(CommandLine.arguments.dropFirst())))
