import Formats
import Glibc

/// Cuts the files' rows into fields on one thread, and does nothing with them; prints rows per second of the processor.
enum CSVBenchmark {
    static func run(_ paths: [String]) -> Int32 {
        var files: [(path: String, bytes: [UInt8])] = []
        for path in paths {
            guard let bytes = bytes(of: path) else {
                print("cannot read \(path)")
                return 1
            }
            files.append((path, bytes))
        }
        let begin = seconds
        var rows = 0
        for file in files {
            let columns = CSV.Columns(required: [], allowsOthers: true)
            rows += CSV.read(file.bytes, file: file.path, columns: columns) { _ in }.rowCount
        }
        print(Int(Double(rows) / (seconds - begin)))
        return 0
    }

    private static func bytes(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        guard fseek(file, 0, SEEK_END) == 0 else { return nil }
        let size = ftell(file)
        rewind(file)
        return [UInt8](unsafeUninitializedCapacity: max(0, size)) { buffer, count in
            count = fread(buffer.baseAddress, 1, buffer.count, file)
        }
    }

    /// Of the processor, since the program began.
    private static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
