import Glibc

// A reader that goes away ends what is written to it, not an apply half-way. Programs that we start get the default again.
signal(SIGPIPE, SIG_IGN)
// Not exit(): its handlers take OpenSSL apart while threads of ours may still close connections. Nothing is buffered by then.
_exit(await Entry.run(Array(CommandLine.arguments.dropFirst())).rawValue)
