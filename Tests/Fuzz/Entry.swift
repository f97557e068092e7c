import FuzzTargets

/// What libFuzzer calls with each text. `scripts/fuzz.sh` says by a flag which target it is built for.
#if YAML
    private let target = FuzzTarget.yaml
#elseif JSON
    private let target = FuzzTarget.json
#elseif CSV
    private let target = FuzzTarget.csv
#else
    private let target = FuzzTarget.expressions
#endif

/// Tries one text; a complaint about it ends the program, which libFuzzer writes down.
@_cdecl("LLVMFuzzerTestOneInput")
public func tryText(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let complaint = target.complaint(about: Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(complaint)
    }
    return 0
}
