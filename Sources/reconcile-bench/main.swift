/// Drives one part of the program alone, so that `make bench` can hold it beside a public tool.
///
///     reconcile-bench http URL COUNT IN-FLIGHT 1.1|2 AUTHORITY.pem
///     reconcile-bench csv FILE …
import Glibc

switch CommandLine.arguments.dropFirst().first {
case "http": exit(await HTTPBenchmark.run(Array(CommandLine.arguments.dropFirst(2))))
case "csv": exit(CSVBenchmark.run(Array(CommandLine.arguments.dropFirst(2))))
default:
    print("usage: reconcile-bench http URL COUNT IN-FLIGHT 1.1|2 AUTHORITY.pem, or reconcile-bench csv FILE …")
    exit(64)
}
