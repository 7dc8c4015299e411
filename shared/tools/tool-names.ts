// Tools of the kernel that the page knows by name.
export const runCellsName = 'run_cells'
export const runPythonName = 'run_python'
export const readVariableName = 'read_variable'
export const kernelToolNames: readonly string[] = [runCellsName, runPythonName, readVariableName]
