package import Formats

/// What a kind itself refuses, beyond what the schema says.
package enum Validation {
    /// Everything that is wrong with the object, in the order of the server; with the live object also what may not change.
    package static func problems(in object: JSON, _ kind: ResourceKind, live: JSON?) -> [FieldProblem] {
        []
    }
}
