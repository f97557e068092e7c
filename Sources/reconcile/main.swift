import Glibc

// Not exit(): its handlers take OpenSSL apart while threads of ours may still close connections. Nothing is buffered by then.
_exit(await Entry.run(Array(CommandLine.arguments.dropFirst())).rawValue)
