/// Codes of findings about what may be removed: stable for ever.
package enum SafetyFinding {
    /// A limit that a change of the files has loosened is not in force yet.
    package static let limitWaits = "RCN3001"
    /// An approval whose day has come.
    package static let approvalExpired = "RCN3002"
    /// An approval that has let its changes pass.
    package static let approvalUsed = "RCN3003"
    /// A change that is not carried out.
    package static let blocked = "RCN3004"
    /// A limit that removals go beyond.
    package static let limitReached = "RCN3005"
    /// A pull request that would change what plans go by.
    package static let policyChange = "RCN3006"
}
