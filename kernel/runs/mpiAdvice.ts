/** What is known where an exception about MPI was raised. */
export interface IMpiCircumstances {
  /** How many ranks run the cell. */
  size: number;
  /** How many of them raised it. */
  raised: number;
  /** The cell; empty where it is a program. */
  source: string;
}

/** What MPI and mpi4py say of a call, and what is to be done about it. */
const OF_MPI: readonly (readonly [RegExp, string])[] = [
  [
    /Invalid root \(value given was/,
    'the root is a rank of this communicator, from 0 to size - 1.'
  ],
  [
    /Invalid tag, value is/,
    'a tag is a number from 0 on. MPI.ANY_TAG is for those who receive, not for those who send.'
  ],
  [
    /^message: expecting buffer or list\/tuple/,
    'Send, Recv, Bcast and all others with a capital letter take buffers, such as numpy arrays. ' +
      'Any Python object goes with send, recv, bcast.'
  ],
  [
    /^[A-Z]\w+\(\) missing \d+ required positional arguments?: '(buf|sendbuf|recvbuf)'/,
    'calls with a capital letter fill a buffer that they are given, such as np.empty(n). Those in ' +
      'lower case return what they have got.'
  ],
  [
    /cannot infer count, number of entries \d+ is not a multiple of required number of blocks/,
    'this array is to have an equal part for each rank. Unequal parts go with the calls that end ' +
      'in v, as Scatterv([data, counts], part).'
  ],
  [
    /^expecting \d+ items, got \d+$/,
    'one item for each rank is to be given: a list of comm.size pieces, or as many counts to the ' +
      'calls that end in v.'
  ],
  [
    /^mismatch in send and receive MPI datatypes$/,
    'both buffers of this call are to have the same dtype.'
  ],
  [
    /^(dlpack: buffer|ndarray) is not contiguous$/,
    'a column of an array is not in one piece. Send np.ascontiguousarray(column), and receive ' +
      'into an array of its own that is then copied.'
  ],
  [
    /Buffers must not be aliased/,
    'a result that is to stand in place of what is sent goes with MPI.IN_PLACE as sendbuf.'
  ],
  [
    /Insufficient space in Bsend buffer/,
    'Bsend needs room that the program gives: MPI.Attach_buffer(bytearray(size + ' +
      'MPI.BSEND_OVERHEAD)).'
  ],
  [
    /Persistent request passed to MPI_Start or MPI_Startall is already active/,
    'wait for a persistent request before it is started again.'
  ],
  [/Datatype has not been committed/, 'call Commit() on a new datatype before it is used.'],
  [
    /Wrong synchronization of RMA calls: MPI_\w+ on the part of rank/,
    'this rank has locked another part. Lock is given the rank whose part is accessed until Unlock.'
  ],
  [
    /Wrong synchronization of RMA calls[^]*MPI_Win_free\(/,
    'before Free, each Lock needs its Unlock, Lock_all its Unlock_all, Start its Complete, Post its ' +
      'Wait, and what was put after a Fence another Fence.'
  ],
  [
    /Wrong synchronization of RMA calls[^]*MPI_Win_lock(_all)?\(/,
    'this rank has locked that already, or is between Start and Complete: call Unlock or Complete ' +
      'before the next Lock.'
  ],
  [
    /Wrong synchronization of RMA calls[^]*MPI_Win_(unlock|flush)/,
    'Unlock and Flush are for what this rank has locked: Unlock for Lock, with the same rank, and ' +
      'Unlock_all for Lock_all.'
  ],
  [
    /Wrong synchronization of RMA calls[^]*MPI_Win_(wait|test|complete)\(/,
    'Wait and Test end what Post has begun, Complete what Start has begun, once each.'
  ],
  [
    /Wrong synchronization of RMA calls[^]*MPI_Win_(start|post|fence)\(/,
    'end what was begun before the next begins: Start with Complete, Post with Wait, Lock with Unlock.'
  ],
  [
    /Target memory is not contained within the window: .* disp_unit of 1$/m,
    'this window counts its places in bytes. Give it disp_unit=array.itemsize, and they are elements.'
  ],
  [
    /Target memory is not contained within the window/,
    'a part has as many elements as its own rank gave it, and places count from 0. Without this check ' +
      'MPI would have read or overwritten what stands behind it.'
  ],
  [
    /Wrong synchronization of RMA calls/,
    'Put, Get and Accumulate stand between two Fence, between Lock and Unlock of their target, or ' +
      'between Start and Complete.'
  ],
  [
    /smaller than the size of the Cartesian topology/,
    'MPI.Compute_dims(comm.size, 2) gives dimensions that fit.'
  ],
  [
    /Cannot call MPI_INIT or MPI_INIT_THREAD more than once/,
    'mpi4py has initialised MPI when it was imported: leave this call out.'
  ],
  [
    /^Can't get attribute '.+' on <module '__worker__'/,
    'the processes of a pool know nothing that cells define. Put the function in a file with ' +
      '%%writefile, and import it from there.'
  ]
];

/** Methods in lower case that return what has come. */
const RETURNING =
  /^[ \t]*[\w.]+\.(recv|bcast|scatter|sendrecv|reduce|gather|allreduce|allgather|alltoall|scan|exscan)\(/m;
/** Those with a capital letter, which return nothing. */
const FILLING =
  /=[ \t]*[\w.]+\.(Recv|Bcast|Scatterv?|Gatherv?|Sendrecv|Reduce|Allreduce|Allgatherv?|Alltoallv?|Scan|Exscan)\(/;
const WITH_BUFFERS = /\.I?([sbr]?send|recv|bcast|scatterv?|gatherv?|all\w+|reduce\w*)\(/i;

/** What to do about an exception of MPI or mpi4py, without `Hint:`; null where nobody knows. */
export function adviceOfMpi(evalue: string, circumstances: IMpiCircumstances): string | null {
  const known = OF_MPI.find(([said]) => said.test(evalue));
  return known ? known[1] : adviceByCircumstances(evalue, circumstances);
}

function adviceByCircumstances(
  evalue: string,
  { size, raised, source }: IMpiCircumstances
): string | null {
  if (/\bNoneType\b/.test(evalue)) {
    return adviceForNone(source, size - raised);
  }
  if (/'Request' object|\b'Request'/.test(evalue)) {
    return (
      'calls that begin with i, such as irecv, give a request: wait() of it returns what was ' +
      'received.'
    );
  }
  if (/^a bytes-like object is required, not '(int|float|str|list|dict|tuple)'$/.test(evalue)) {
    return WITH_BUFFERS.test(source) && /\.[A-Z]\w+\(/.test(source)
      ? 'calls with a capital letter take buffers, such as numpy arrays. Lists, numbers and other ' +
          'Python objects go with those in lower case.'
      : null;
  }
  if (/: Null communicator/.test(evalue)) {
    return raised === size
      ? 'this communicator has been freed, or is MPI.COMM_NULL.'
      : 'ranks that no group has taken in, as those that give MPI.UNDEFINED to Split, get ' +
          'MPI.COMM_NULL: let only the others make this call, with "if comm != MPI.COMM_NULL:".';
  }
  const limit = /Invalid rank has value -?\d+ but must be nonnegative and less than (\d+)/.exec(
    evalue
  );
  if (limit !== null && Number(limit[1]) < size) {
    return (
      `this communicator has ${limit[1] === '1' ? 'one rank' : `${limit[1]} ranks`}, which it ` +
      'counts anew from 0: not by their numbers in COMM_WORLD.'
    );
  }
  return /Invalid rank has value/.test(evalue)
    ? 'ranks go from 0 to size - 1. At the ends of a chain use MPI.PROC_NULL, or an if around the call.'
    : null;
}

/** A None is used as if it were something; `spared`: how many ranks have something. */
function adviceForNone(source: string, spared: number): string | null {
  const filling = FILLING.exec(source)?.[1];
  if (filling !== undefined) {
    return `${filling} fills the buffer that it is given, and returns None: use that buffer.`;
  }
  const returning = RETURNING.exec(source)?.[1];
  if (returning !== undefined) {
    return `${returning} returns what it has got: keep it, as in data = comm.${returning}(...).`;
  }
  return spared === 1
    ? 'reduce and gather give their result to the root only, all other ranks get None. Use it on ' +
        'the root only, or allreduce or allgather.'
    : null;
}
